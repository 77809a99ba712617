package intake

import (
	"cmp"
	"strings"
	"sync"

	"github.com/kbtriage/kbtriage/facts"
)

// eventCategories are the categories that event sources of Windows and its
// servers print, in their correct spelling. Only names of eight letters or
// more are here: of shorter ones a single edit makes another word.
func eventCategories() []string {
	return []string{
		"Initialization/Termination", "Account Management", "Account Logon", "Directory Service Access",
		"Detailed Tracking", "Logon/Logoff", "Object Access", "Policy Change", "Privilege Use", "System Event",
		"Process Tracking", "Message Transfer", "Message Archival", "Internal Processing", "Operating System",
		"Field Engineering", "X.400 Service", "Directory Access", "Directory Operations", "Configuration",
		"Interoperability", "Internal Configuration", "Internet Protocols", "Knowledge Consistency Checker",
		"Address List Synchronization", "Garbage Collection", "Replication Events", "Name Resolution",
		"Service Control", "Connection Manager", "Content Conversion", "Inter-Site Messaging", "Transport Driver",
		"Backup/Restore", "Event Logging", "Recovery", "Database Page Cache", "Online Defragmentation",
	}
}

// category brings an event category to its correct spelling: a name that is one
// edit off a known one, whatever its case and blanks, becomes that one. Others
// stay as they were written, with single blanks.
func category(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	folded := facts.FoldName(s)
	if len(folded) < 8 {
		return s
	}
	known := foldedCategories()
	if name, ok := known[folded]; ok {
		return name
	}
	near := ""
	for k, name := range known {
		if oneEdit(folded, k) && (near == "" || name < near) {
			near = name
		}
	}
	return cmp.Or(near, s)
}

// foldedCategories finds a category by its folded name.
var foldedCategories = sync.OnceValue(func() map[string]string {
	known := map[string]string{}
	for _, name := range eventCategories() {
		known[facts.FoldName(name)] = name
	}
	return known
})

// oneEdit reports whether a and b differ by one letter that is missing, added
// or another, or by two neighbours that changed places. Equal is not one edit.
func oneEdit(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > 1 || a == b {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	if len(a) < len(b) {
		return a[i:] == b[i+1:]
	}
	if a[i+1:] == b[i+1:] {
		return true
	}
	return i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:]
}
