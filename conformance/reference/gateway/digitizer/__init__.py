"""The digitizer: GraphQL over HTTP, subscriptions over a WebSocket (graphql-transport-ws)."""
