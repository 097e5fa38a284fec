"""Another edition, or more or fewer seats, for a license that is there already: its key and its devices stay."""
