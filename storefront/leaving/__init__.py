"""The shop's share in an erasure: what tax law keeps, and everything else that goes."""
