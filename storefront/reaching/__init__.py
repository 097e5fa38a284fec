"""Telephone numbers and postal addresses that came with orders: used for what they were given for, asked before more."""
