# A manager says no to the final demand: the ladder passes it over, and the next step stands on its own day.
calendar    mon-fri
policy      standard
2025-01-02  invoice   ACME INV-1 8,000.00 USD due 2025-02-03
2025-03-10  opening   step ACME formal_notice INV-1
2025-03-20  run       ACME propose: final_demand INV-1, 45 days past due -> approval needed: manager
2025-03-21  decline   by manager-1 -> final_demand declined
2025-03-24  run       ACME wait: suspension not before 2025-04-04 (N-6); INV-1 is 49 days past due
2025-04-04  run       ACME propose: suspension INV-1, 60 days past due -> approval needed: manager
2025-04-04  notices   ACME none
