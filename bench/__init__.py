"""The benchmark: the shop beside two bare Flask pages, each kind of page as a share of them."""
