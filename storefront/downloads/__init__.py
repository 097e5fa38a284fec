"""Files of products, handed to holders of a license through signed, expiring links."""
