# As Morocco writes: Western digits, a comma before the centimes, day before month.
DATE_FORMAT = "j F Y"
SHORT_DATE_FORMAT = "d/m/Y"
MONTH_FORMAT = "F Y"
DATETIME_FORMAT = r"j F Y، H:i"
DECIMAL_SEPARATOR = ","
THOUSAND_SEPARATOR = "."
NUMBER_GROUPING = 3
SHORT_DATETIME_FORMAT = "d/m/Y H:i"
