package fault

import (
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
)

// disk is what a disk may hold after a loss of power, by what POSIX promises and no
// more: bytes that were synced after they were written, and names whose folder was
// synced after they changed. Everything else may be there, or not, or partly.
type disk struct {
	now     map[string]*inode // names as the running server sees them
	durable map[string]*inode // names that are there for certain
	changes []nameChange      // names that may be there
	ops     int
	syncs   map[int]int // by call: how many ops there were when it began
	ignored func(path string) bool
}

type inode struct {
	folder  bool
	durable []byte
	size    int64
	pending []op
}

// op changes bytes, or cuts a file off where data is nil.
type op struct {
	number int
	data   []byte
	offset int64
}

type nameChange struct {
	number int
	path   string
	to     *inode // nil: removed
}

// fate is what becomes of what was not synced.
type fate int

const (
	dropped fate = iota
	kept
	torn // each piece of 512 bytes, and each name, by chance
	fates
)

func (f fate) String() string { return [...]string{"dropped", "kept", "torn"}[f] }

// sector is what a disk writes whole or not at all.
const sector = 512

// newDisk holds a folder durably. Of paths that are ignored, no sync counts.
func newDisk(folder string, ignored func(path string) bool) (*disk, error) {
	d := &disk{now: map[string]*inode{}, durable: map[string]*inode{}, syncs: map[int]int{}, ignored: ignored}
	err := filepath.WalkDir(folder, func(path string, e fs.DirEntry, err error) error {
		if err != nil || path == folder {
			return err
		}
		name, err := filepath.Rel(folder, path)
		if err != nil {
			return err
		}
		n := &inode{folder: e.IsDir()}
		if !n.folder {
			if n.durable, err = os.ReadFile(path); err != nil {
				return err
			}
		}
		n.size = int64(len(n.durable))
		d.now[name], d.durable[name] = n, n
		return nil
	})
	return d, err
}

// apply does one step.
func (d *disk) apply(e event) error {
	d.ops++
	switch e.kind {
	case made:
		if d.now[e.path] == nil {
			d.name(e.path, &inode{folder: e.folder})
		}
	case removed:
		d.name(e.path, nil)
	case wrote, cut:
		n := d.now[e.path]
		if n == nil {
			return fmt.Errorf("the server writes to %s, which it did not make", e.path)
		}
		n.change(op{d.ops, e.data, e.offset})
	case syncBegan:
		d.syncs[e.call] = d.ops
	case syncEnded:
		if d.ignored == nil || !d.ignored(e.path) {
			d.synced(e.path, d.syncs[e.call], e.failed)
		}
		delete(d.syncs, e.call)
	}
	return nil
}

func (d *disk) name(path string, to *inode) {
	if to == nil {
		delete(d.now, path)
	} else {
		d.now[path] = to
	}
	d.changes = append(d.changes, nameChange{d.ops, path, to})
}

func (n *inode) change(o op) {
	if o.data == nil {
		n.size = o.offset
	} else {
		if o.offset == atEnd {
			o.offset = n.size
		}
		n.size = max(n.size, o.offset+int64(len(o.data)))
	}
	n.pending = append(n.pending, o)
}

// synced makes durable what was done before the sync began. What a sync of a file fails to
// write is gone for good: Linux takes the pages for clean, and no later sync writes them.
// Names go through the journal of the file system, which keeps them or ends altogether.
func (d *disk) synced(path string, until int, failed bool) {
	n := d.now[path]
	if path != "." && (n == nil || !n.folder) {
		if n != nil {
			n.pending = slices.DeleteFunc(n.pending, func(o op) bool {
				if o.number < until && !failed {
					n.durable = o.on(n.durable)
				}
				return o.number < until
			})
		}
		return
	}
	d.changes = slices.DeleteFunc(d.changes, func(c nameChange) bool {
		if failed || c.number >= until || filepath.Dir(c.path) != path {
			return false
		}
		c.on(d.durable)
		return true
	})
}

// on returns content after the op.
func (o op) on(content []byte) []byte {
	end := o.offset + int64(len(o.data))
	if short := end - int64(len(content)); short > 0 {
		content = append(content, make([]byte, short)...)
	}
	if o.data == nil {
		return content[:o.offset]
	}
	copy(content[o.offset:], o.data)
	return content
}

func (c nameChange) on(names map[string]*inode) {
	if c.to == nil {
		delete(names, c.path)
	} else {
		names[c.path] = c.to
	}
}

// pieces are the parts of an op that reach the disk each by themselves.
func (o op) pieces() (all []op) {
	if o.data == nil {
		return []op{o}
	}
	for rest := o; len(rest.data) > 0; {
		n := min(int64(len(rest.data)), sector-rest.offset%sector)
		all = append(all, op{o.number, rest.data[:n], rest.offset})
		rest.data, rest.offset = rest.data[n:], rest.offset+n
	}
	return all
}

// write makes a folder that holds what the disk does when the power is lost now.
func (d *disk) write(folder string, f fate, random *rand.Rand) error {
	comes := func() bool { return f == kept || f == torn && random.IntN(2) == 0 }
	names := map[string]*inode{}
	for path, n := range d.durable {
		names[path] = n
	}
	for _, c := range d.changes {
		if comes() {
			c.on(names)
		}
	}
	if err := os.Mkdir(folder, 0o700); err != nil {
		return err
	}
	there := map[string]bool{".": true} // folders
	paths := make([]string, 0, len(names))
	for path := range names {
		paths = append(paths, path)
	}
	slices.Sort(paths) // folders before what is in them, and the same chances each time
	for _, path := range paths {
		n := names[path]
		if !there[filepath.Dir(path)] {
			continue
		}
		if n.folder {
			there[path] = true
			if err := os.Mkdir(filepath.Join(folder, path), 0o700); err != nil {
				return err
			}
			continue
		}
		content := n.durable
		if len(n.pending) > 0 {
			content = slices.Clone(content)
		}
		for _, o := range n.pending {
			for _, piece := range o.pieces() {
				if comes() {
					content = piece.on(content)
				}
			}
		}
		if err := os.WriteFile(filepath.Join(folder, path), content, 0o600); err != nil {
			return err
		}
	}
	return nil
}
