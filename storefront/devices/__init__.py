"""What holders see and do about the devices on their licenses."""
