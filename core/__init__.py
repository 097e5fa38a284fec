"""What every room stands on: it has no pages but the error pages, and never names the trade above it."""
