"""The licenses sold: their keys, terms and states."""
