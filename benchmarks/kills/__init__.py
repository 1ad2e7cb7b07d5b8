"""Kill -9 at random moments of every kind of work, and a look at what is left.

``python -m benchmarks.kills`` starts the real commands in process groups of their own, kills them
at moments spread over the time that the work takes and right before the steps that change files,
and checks after each: what ``findings doctor`` says, that the last good index answers as before,
that nothing of the user's is lost, and that the work run again ends as if it had not been stopped.
"""
