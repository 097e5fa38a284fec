"""The doors through which programs check licenses, in the formats that published clients speak."""
