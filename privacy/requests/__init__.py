"""What people ask of us by right: one object, four doors, a deadline that both sides see."""
