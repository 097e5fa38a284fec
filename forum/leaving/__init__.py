"""The forum's share in an erasure: posts without their author, and the author's name in the posts of others."""
