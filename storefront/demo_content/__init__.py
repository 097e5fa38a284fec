"""The invented goods, people and orders of the demo, as data and pure plans that nothing here plants."""
