# A dispute of 300.00 leaves 600.00 collectible: the notice asks for the rest alone.
calendar    mon-fri
policy      standard
2025-03-03  invoice   ACME INV-1 900.00 USD due 2025-03-10
2025-03-11  dispute   ACME INV-1 300.00 reason price
2025-03-13  run       ACME take: reminder (mail) INV-1, 3 days past due
2025-03-13  notices   ACME reminder of 2025-03-13 600.00 sent 2025-03-13
2025-03-13  why       ACME not N-2 600.00 USD of it is undisputed
