"""The keys under which the shop signs what programs rely on, their days, and what is left to holders should it end."""
