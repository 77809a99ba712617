package literal

import "strings"

// The model of ordinary logs: how rare is a window? A chain of pairs of bytes,
// learnt from eight kinds of public sample logs (the test beside this file makes
// the table anew from them), overrates words, so the words that logs of every
// kind are full of are listed beside it.

// classes are the bytes that the model tells apart. All digits are one class,
// and so is all that is not listed.
const (
	classes    = "abcdefghijklmnopqrstuvwxyz0 .:-/_,=()[]\""
	classCount = len(classes) + 1
	// oneDigit is how much rarer one digit is than any digit, in half bits.
	oneDigit = 5
)

// classOf is the class of a byte.
func classOf(c byte) int {
	c = lower(c)
	switch {
	case c-'a' < 26:
		return int(c - 'a')
	case c-'0' < 10:
		return 26
	case isBlank(c):
		return 27
	}
	if i := strings.IndexByte(classes[27:], c); i >= 0 {
		return 27 + i
	}
	return classCount - 1
}

// frequencies has a row for each class before and a last row for windows as
// they begin, and a digit of base 32 for each class behind: the negative
// logarithm of the probability in half bits.
func frequencies() [classCount + 1]string {
	return [classCount + 1]string{
		"eb69dg7m9sf6b7u9p886dfhjco9edochmttnruuum",
		"7cdabagq8ig6ek7pq97jaeoq8q5chmbeldqpeqqqf",
		"69bc8gq8fs7agm6gkbh78porft7ek9elkmprqolsc",
		"89ba5fjjagrccg9isa9jagnqgr65badlbgcrkdjnk",
		"bf87cggqfpoba7j9e589kde9is97aabfdddmimlpj",
		"6aeea9qq6qlcin3klcffaqqqiq7ceecoooeqkpiqo",
		"fhlh2nfb7qldk9aiq9cldpqoqqi59cohlgeqkpqoj",
		"6d9c4hnj8ploco5gm9k8cpcogpm8ffko7njppkpog",
		"cc99ab9hust8938fnb86taogucoccfokfsstqnutr",
		"kmjmemmcmmmimmammmei4mmmlm2llmmmgmammmmmm",
		"67hg3iihbpofbhplpp8kiaopopj5cfaeekcnnkpmg",
		"8gba5lfo6mm8sf6hnj79bappcrh6lhjighcqicomh",
		"4bhb6jgo9rpi9j76rmdjclhrnr6a9dngenjpopcrb",
		"9hb7678l8udkg97fqda6eelsku98dbnjikhhsmqsi",
		"bg97iealdtdb86adt5c89aajiri6oltpkqgtttttm",
		"7nba7oib8gj7gk77r8a97jjrarkcgfic7ihmrrqrq",
		"jigjjfiijjjgajjj7jec5jjjjfjbcc2cjdffi9jjf",
		"7ebc5cir8tdgb97fp9ba99tqct97b9cgdillojopf",
		"cdad6ieb8tafkhcani949pbnbtj6fajceiakiirjc",
		"6hcl5ko96unggh6dpaab9oembug6bedjdnefljppm",
		"bfeaaqgrcrr5b6q9r774rrrorr7jqnrrrnqrrrqqr",
		"3pfn3ppn4ppifjfjpppippppppabklllnpkpppmop",
		"5ogc6oof3obbac8omg6ijbgjjoo9jdmmgommmkoon",
		"ihag4fmndnnjfnn6nnl5nnncfn4cbdlnnnlnnkljl",
		"ffcgeggnfooi9af8oh64hoioomh4ddgcgh7hillli",
		"fiii0fiieiiiiidiiiigiiiicihhiifhiihiiiiif",
		"ffdfefrvvvpvtjvvvvtnnvvgvv16a98dgctshvglc",
		"ac9cbbcf8eddeadbma9afgerps44pkbhnrcelevhg",
		"9dafbgkdbjnacedcjgacefahrs28bssqsssrssonn",
		"fmgjkgsni8njskkippgkqmkpss14sekgssssskjso",
		"bd8eggriettm88kdtojn8nnstr27tqktsttothctk",
		"bebahhefcokaccdbke9df8gglo2hfooccloiofnnn",
		"cb9c79dd8p976hfdne7aiigmpp4ppppohpppppppj",
		"aaimkjoogookaohboklfco9ooo91ooooooooooonl",
		"eocnl8ohfokolfnjkal9kojono24oobloolhohofg",
		"hk7f8gkbckecg9ifkia3ehhkhk58kkkakkki9dkki",
		"kkkkkkkkkkkkkkkkkkkkkkkkkki168cek8kkhjfhe",
		"fhgffil68lfeiclhk5gigllill2lllblklllllhlj",
		"llllkllllllllllllllllllllll2i3alffelefljg",
		"chbehh4fiihiigi8edhdihgiiih39giei8ifhiiib",
		"akakjihegqjkof9dpd6ejqkoqq38jflpngljipnj4",
		"9dab8ddeahebdaaclaa9cefggm46cbbffffjjiild",
	}
}

// commonWords are words of logs of all kinds, of five letters and more.
const commonWords = `access account action active activity address agent allowed already android apache application
argument attempt authentication authorization authorized backup block buffer cannot certificate change check client cluster
command common completed component config configuration connect connected connection console container content context
controller create created current daemon data database debug default delete denied details device directory disabled disconnect
domain driver enabled error event exception exchange execute executor exited expired expires failed failure fatal fault field
file filter finished found function general generated global group handle handler hardware header host http https info
information initialize initialized input instance instruction interface internal internet interrupt invalid issue java kernel
language level library license limit list listener loaded local localhost location logging login logon machine mail manager
master memory message method microsoft missing mode module monitor name network nobody node notice notification null number
object opened operation option output package packet parameter parse password path permission persistent ping pointer policy
port possible primary problem process processing profile program property protocol provider proxy query queue read ready
reason receive received record refresh refused register registry release remote remove report request required reset resolve
resource response restart result return root running schedule screen script search second section security select send sending
server service session setting shutdown signal size socket software source specified stack started starting state status
stopped storage store stream string success successful successfully support switch system table target task temporary
terminated thread time timeout timestamp token total transaction transfer type unable unexpected unknown update updated user
username utility valid value version volume waiting warning window windows worker write`

// model weighs the windows of a pattern.
type model struct {
	costs   [classCount + 1][classCount]uint8 // half bits
	known   [1 << 10]uint64                   // bitmap of windows of common words, by hash
	weights []uint64                          // of the pattern at hand: how common the window at each place is
	price   []int
}

const (
	certain   = 1 << 56                // the weight of what is everywhere
	commonest = certain >> 11          // about the share of places where a common word is
	rootHalf  = certain * 7071 / 10000 // certain, half a bit rarer
)

func newModel() *model {
	m := &model{}
	for x, row := range frequencies() {
		for y, c := range []byte(row) {
			if c -= '0'; c > 9 {
				c -= 'a' - '0' - 10
			}
			m.costs[x][y] = c
		}
	}
	for w := range strings.FieldsSeq(commonWords) {
		for _, width := range []int{4, 6} {
			for at := 0; at+width <= len(w); at++ {
				h := knownHash(w, at, width)
				m.known[h>>6] |= 1 << (h & 63)
			}
		}
	}
	return m
}

// knownHash is the place of a window in the bitmap of known ones.
func knownHash(s string, at, width int) uint64 {
	return windowHash(loadString(s, at), width) >> 48
}

// weigh sets the weights of all windows of a text.
func (m *model) weigh(p string, width int) {
	m.weights, m.price = m.weights[:0], m.price[:0]
	total, before := 0, 0
	for i := range len(p) {
		c := classOf(p[i])
		cost := 0
		if i > 0 {
			cost = int(m.costs[before][c])
		}
		if p[i]-'0' < 10 {
			cost += oneDigit
		}
		total += cost
		m.price = append(m.price, total)
		before = c
	}
	for at := 0; at+width <= len(p); at++ {
		halves := int(m.costs[classCount][classOf(p[at])]) + m.price[at+width-1] - m.price[at]
		w := uint64(certain)
		if halves&1 != 0 {
			w = rootHalf
		}
		w >>= min(halves/2, 50)
		if h := knownHash(p, at, width); w < commonest && m.known[h>>6]>>(h&63)&1 != 0 {
			w = commonest
		}
		m.weights = append(m.weights, w)
	}
}
