"""How the outside reaches the exchange: WebSocket frames, the HTTP gateway, the control endpoint."""
