# What programs read: what is said of an address that is wrong.

portal-data-bad-name = The address has a filter that this file does not know. It knows q, kind, sector, place, km, budget, surface.
portal-data-bad-code = One of the filters kind or sector has a code that does not exist. The data dictionary lists those that do.
portal-data-bad-place = The filter place names no place of the territory, or several.
portal-data-bad-number = One of the filters km, budget or surface is not a number, or is beyond what is searched (km: 1 to 200).
portal-api-bad-name = The address has a parameter that the interface does not know here; openapi.json says which it knows.
portal-api-bad-page = page is a number from 1, per_page one from 1 to 100.
