"""Containers of ECS tasks, run as processes of this machine; nothing here knows of the emulator."""
