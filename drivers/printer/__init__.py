"""Receipt printers that speak ESC/POS: document, layout, bytes, status, device and simulator."""
