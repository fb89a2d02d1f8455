"""What may be published of a wave: groups of people none of whom can be told apart, proven by a second count. Pure.

rules = policy.policy(questionnaire, services)                  what may be released
people = reading.people(rules, sheet)                           columns of codes, as numbers
views = profiles.partition(people, rules.mode, rules.k, rules.public_k, rules.alpha)
shown = profiles.labels(views.analyst, people.trees)            for each person a label per column
verifier.verify(reading.promise(rules, sheet), settled, analyst, public)    nothing, or nothing is shown
disclosure.measures(rules, batch, views.analyst)                the figures of the report
"""
