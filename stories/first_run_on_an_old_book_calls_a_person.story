# Nobody gets a friendly first reminder for a debt over sixty days old: the first step becomes a task for a person.
calendar    mon-fri
policy      standard
2025-06-30  invoice   OLD INV-1 900.00 USD dated 2025-01-02 due 2025-02-03
2025-06-30  invoice   YOUNG INV-2 900.00 USD dated 2025-05-02 due 2025-06-02
2025-07-01  run 2 accounts, 2 past due: take reminder 2; 1 notice; 3 tasks
2025-07-01  run       OLD take: reminder (task) INV-1, 148 days past due; over 60 days past due and never reminded: a person makes the first contact
2025-07-01  run       YOUNG take: reminder (mail) INV-2, 29 days past due
2025-07-01  tasks     OLD review_old_debt since 2025-07-01
2025-07-01  worklist 1. OLD review_old_debt: 900.00 USD to collect, oldest 148 days past due [over_30_days +10, over_60_days +15, over_90_days +15] · 2. YOUNG missing_contact: missing since 2025-07-01
