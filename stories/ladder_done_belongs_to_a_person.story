# N-7: after the last step nothing more is made by itself; a task says that the account belongs to a person now.
calendar    mon-fri
policy      standard
with        notices.step = [{ id = "reminder", days_past_due = 3, channels = ["mail"], letter = 1 }]
2025-03-03  invoice   ACME INV-1 900.00 USD due 2025-03-10
2025-03-13  run       ACME take: reminder (mail) INV-1, 3 days past due
2025-03-20  run       ACME wait: the ladder has no further step (N-7)
2025-03-20  tasks     ACME missing_contact since 2025-03-13; ladder_done since 2025-03-14
2025-03-20  worklist 1. ACME ladder_done: 900.00 USD to collect, oldest 10 days past due
