"""The library for programs: an HTTP interface, one that speaks OpenAI's chat completions, and MCP tools."""
