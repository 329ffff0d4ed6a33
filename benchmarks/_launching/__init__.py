"""The parts of the benchmark "launches": openBIS, the two services, the hub, and the people who launch."""
