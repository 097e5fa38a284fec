"""A receipt for every choice: signed for programs, readable for people, checkable by anybody."""
