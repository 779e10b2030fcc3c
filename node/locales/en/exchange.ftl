# Files people bring and take away: import and export.

error-file_empty = The file is empty. Check that it was saved, then try again.
error-file_not_text = The file is neither text nor a workbook that can be read. Save it as xlsx or as “CSV UTF-8”, then try again.
error-file_unreadable = The file cannot be read: { $reason }. Check that it still exists and that you may read it.
error-old_workbook = This is an old Excel workbook (.xls) or one with a password. Remove the password and save it as xlsx.
error-open_document = This is an OpenDocument workbook (.ods). In LibreOffice, save it as xlsx or CSV.
error-bad_workbook = The workbook cannot be read: { $reason }. Open it in your spreadsheet program, save it again as xlsx, then try again.
error-workbook_too_large = The workbook exceeds the limit of { $limit } ({ $what }). Split it into several files, or save the sheet as CSV.
error-not_json_lines = The file should be JSON, but holds no record. Write one object a line (JSON Lines), or a list of objects.
error-broken_json = Line { $line }, column { $column }: the JSON breaks off ({ $reason }). The rest was not read; ask for the whole file.
error-standard_elsewhere = This file is { $standard }, which does not go into the collection { $collection }. Import it into: { $allowed }.
error-newer_standard = The file says it is of version { $version }, newer than { $standard }, which this program knows. Update Cap Actif, or ask for the file in that version.
error-unreadable_header = The header row (line { $line }) cannot be read. Correct it, then try again.
error-header_not_recognised = No column is recognised among: { $found }. Expected columns: { $expected }. Rename the columns, or give a mapping (--mapping).
error-missing_columns = Columns are missing: { $fields }. Add them, or give a default in the mapping file.
error-duplicate_column = Columns { $first } and { $second } both fill the field { $field }. Remove one, or leave it out in the mapping file.
error-bad_mapping = The mapping file cannot be read: { $reason }.
error-unknown_mapping_field = The mapping names the field { $field }, which does not exist or cannot be written. Correct the name.
error-misspelt_mapping_field = The mapping names the field { $field }, which does not exist or cannot be written. Did you mean { $nearest }?
error-mapping_of_other = The mapping is made for { $found }, not for { $expected }. Choose another, or another collection.
error-bad_default = The default of { $field } is not valid.
error-endless_line = Line { $line }, column { $column }: a cell runs on for more than { $limit } bytes. The file is probably not a table; the rest was not read.
error-too_many_rows = The file has more than { $limit } rows. Split it; the rest was not read.
error-export_unwritable = The file cannot be written: { $reason }. Check the free space and your rights to the folder.

row-quote_not_closed = a quote is opened here and never closed
row-text_after_quote = text follows a closing quote; double the quotes that belong to the text
row-cell_too_large = the cell exceeds { $limit } bytes
row-row_too_large = the row exceeds { $limit } bytes
row-too_many_columns = the row has more than { $limit } columns
row-wrong_encoding = the cell is not in { $encoding } like the rest of the file; save the whole file as UTF-8
row-mixed_encoding = the cell is in UTF-8 although the file is in Windows-1252; save the whole file as UTF-8
row-lost_letters = accented letters were lost by another program; type the cell again
row-column_count = { $found } cells where the header has { $expected }; check delimiters and quotes
row-not_json = the line is not a JSON object: { $reason }
row-nested_json = a JSON object cannot be the value of a field
row-not_a_list = this field takes one value, not a list
row-field_twice = the field { $field } is given twice
row-failed_formula = the formula of the cell gives { $value }
row-not_cents = “{ $text }” is not a whole number of cents
row-missing_value = { $field } is required
row-duplicate_reference = the reference { $source_id } already stands at line { $first_line }; keep one of the two rows
row-other_collection = the row belongs to { $found }, not to { $expected }

notice-unknown_column = The column “{ $header }” is not recognised: it is left out.
notice-derived_column = The column “{ $header }” is computed: it is not read.
notice-sealed_column = The column “{ $header }” holds what is sealed, record by record and to named readers: it is not read and nothing of it is kept. Give it to each record afterwards, with “set”.
notice-unused_mapping = The mapping file names the column “{ $header }”, which the file lacks.
notice-lines_above_header = The lines above the header (line { $line }) are left out.
notice-other_sheets = Only the sheet “{ $sheet }” is read. Sheets left aside: { $others }.
notice-no_reference = No column gives references (source_id): a row corrected later in this file will make a new record instead of changing the old one.

# Records that an export leaves out.
notice-short_name = Left out, their name having fewer than three letters: { $count }.
notice-no_longer_valid = Left out, being no longer valid: { $count }.
notice-not_offered = Left out, being neither published nor verified lately: { $count }.
notice-other_kind = Left out, being neither premises nor land: { $count }.
notice-no_surface = Left out, having no surface in m²: { $count }.
notice-no_place = Left out, having no commune that may be published: { $count }.
notice-no_time = Left out, having no date: { $count }.
