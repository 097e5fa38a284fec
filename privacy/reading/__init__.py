"""What everybody may read: the policy, its changes, the cookies, the lists, and the register for programs."""
