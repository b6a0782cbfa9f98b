package data

import (
	"strconv"
	"strings"
)

// readMMRec reads the layout of the MMRec toolbox (Zhou 2023): one NAME.inter with
// tab-separated columns userID and itemID, numbered from 0 without large holes, and
// x_label (0 train, 1 validation, 2 test) or, failing that, perhaps timestamp.
// Ratings do not matter. Features have one row per item number.
func readMMRec(f folder, opt Options) (*source, error) {
	files := f.ending(".inter")
	if len(files) > 1 {
		return nil, &Error{Value: strings.Join(files, " "), Problem: "there is more than one .inter file", Remedy: "keep one"}
	}
	s := &source{file: files[0], name: strings.TrimSuffix(files[0], ".inter")}
	content, err := f.readText(s.file)
	if err != nil {
		return nil, err
	}
	if err := s.readInter(content); err != nil {
		return nil, err
	}
	if s.modalities, err = readModalities(f); err != nil {
		return nil, err
	}
	return s, s.numberEntities()
}

// readInter fills s.records.
func (s *source) readInter(content string) error {
	t, err := plainTable(s.file, content, "\t")
	if err != nil {
		return err
	}
	user, err := t.need("userID", "user_id", "user")
	if err != nil {
		return err
	}
	item, err := t.need("itemID", "item_id", "item")
	if err != nil {
		return err
	}
	label, time := t.column("x_label"), t.column("timestamp")
	s.labelled, s.timed = label >= 0, time >= 0
	s.records = make([]record, 0, strings.Count(content, "\n"))
	for {
		ok, err := t.next()
		if err != nil {
			return err
		}
		if !ok {
			return nil
		}
		u, err := t.integer(user, maxEntities-1)
		if err != nil {
			return err
		}
		i, err := t.integer(item, maxEntities-1)
		if err != nil {
			return err
		}
		r := record{user: int32(u), item: int32(i), line: int32(t.line)}
		if label >= 0 {
			if r.label, err = t.label(label); err != nil {
				return err
			}
		}
		if r.time, err = t.time(time); err != nil {
			return err
		}
		s.records = append(s.records, r)
	}
}

// label reads 0, 1, 2 or train, valid, test.
func (t *table) label(col int) (uint8, error) {
	switch strings.ToLower(t.cell(col)) {
	case "0", "train":
		return labelTrain, nil
	case "1", "valid", "validation", "val":
		return labelValid, nil
	case "2", "test":
		return labelTest, nil
	}
	return 0, &Error{File: t.file, Line: t.line, Value: t.cell(col), Problem: "the " + t.header[col] + " is none of 0, 1, 2",
		Remedy: "write 0 for train, 1 for validation, 2 for test"}
}

// numberEntities names users and items by their numbers, up to the largest that
// occurs or, for items, has features.
func (s *source) numberEntities() error {
	users, items := 0, 0
	for _, r := range s.records {
		users, items = max(users, int(r.user)+1), max(items, int(r.item)+1)
	}
	if len(s.modalities) > 0 {
		if rows := s.modalities[0].Rows.Rows; rows >= items {
			items = rows
		}
		if err := s.modalities[0].checkRows(items, s.file); err != nil {
			return err
		}
	} else if err := s.checkHoles("itemID", items); err != nil {
		return err
	}
	if err := s.checkHoles("userID", users); err != nil {
		return err
	}
	if err := checkEntities(s.file, "items", items); err != nil {
		return err
	}
	s.users, s.items = numbers(users), numbers(items)
	return nil
}

// checkHoles refuses numbers so far apart that they are identifiers of another
// kind, which would be tables of mostly empty rows.
func (s *source) checkHoles(column string, n int) error {
	if n <= 1<<16+64*len(s.records) {
		return nil
	}
	return &Error{File: s.file, Value: strconv.Itoa(n - 1), Problem: "the largest " + column + " is far beyond the number of interactions",
		Remedy: "number users and items from 0 without holes"}
}

func numbers(n int) []string {
	ids := make([]string, n)
	for k := range ids {
		ids[k] = strconv.Itoa(k)
	}
	return ids
}
