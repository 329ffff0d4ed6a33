"""The parts of the benchmarks of the service: openBIS, the services, the hub, and the people who ask."""
