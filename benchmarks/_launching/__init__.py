"""The parts of the benchmarks that drive a service: openBIS, the services, the hub, and the people who ask."""
