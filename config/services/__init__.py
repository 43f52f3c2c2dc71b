"""PostgreSQL and Valkey from wheels, shared by every process of a checkout.

Processes share nothing but a folder, its *home*. Each user of the services holds a shared
`flock` on `home/users`; one keeper process per home starts both servers and stops them once it
can take that lock alone. The kernel drops locks with the process that held them, so a kill -9
needs no clean-up code and no process id is ever trusted.
"""
