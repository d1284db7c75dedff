# Each account goes to the collector whose criteria fit it best, then to the one with the fewest accounts; a customer file that names another wins.
calendar    mon-fri
policy      standard
with        assignment.collector = [{ name = "maria", segment_in = ["key"] }, { name = "jon", max_accounts = 2 }, { name = "lea", code_to = "C" }]
2025-03-03  customer  ACME segment key
2025-03-03  customer  BETA collector bob
2025-03-03  customer  CITY collector lea
2025-03-03  customer  DELTA
2025-03-03  customer  ECHO
2025-03-03  customer  FOX
2025-03-03  assign ACME from nobody to maria: meets the criteria of maria, who held 0 accounts; BETA from bob to lea: meets the criteria of lea, who held 1 account; DELTA from nobody to jon: meets the criteria of jon, who held 0 accounts; ECHO from nobody to jon: meets the criteria of jon, who held 1 account (maria 1, jon 2, lea 2); nobody's: FOX
2025-03-04  customer  ACME segment key risk C -> changed
2025-03-04  assign nothing new (maria 1, jon 2, lea 2); nobody's: FOX
2025-03-05  customer  BETA collector bob -> changed
2025-03-05  customer  DELTA collector maria -> changed
2025-03-05  assign BETA from bob to lea: meets the criteria of lea, who held 1 account; DELTA from maria to jon: meets the criteria of jon, who held 1 account (maria 1, jon 2, lea 2); nobody's: FOX
