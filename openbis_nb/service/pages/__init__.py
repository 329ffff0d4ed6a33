"""The pages of the service: the launcher with its dialog, and the progress of a launch.

Everything that openBIS says is text: templates escape, scripts set ``textContent`` only, and the policy
``default-src 'self'`` lets nothing else run. Plain ES modules and CSS, no build step.
"""

from .routes import router

__all__ = ["router"]
