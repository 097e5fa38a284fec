"""Pools of resold keys: the states of a key, and the tables of the stock, for those who sell from it."""
