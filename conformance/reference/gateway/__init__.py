"""How the outside reaches the exchange: WebSocket frames, HTTP gateway, control endpoint."""
