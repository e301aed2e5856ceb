"""What a scanned code says about goods, before any catalogue is asked. Nothing here raises."""
