"""The boards and conversations of the demo, as data and pure plans that nothing here plants."""
