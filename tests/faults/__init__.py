"""Faults on purpose: killed processes, copies, restarts, full disks. Each shows what its protection is worth."""
