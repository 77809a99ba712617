package sigma

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/kbtriage/kbtriage/internal/source"
)

// logsource is what kind of records a rule is about.
type logsource struct {
	product, category, service string
	channels                   []string // of Windows: any of these
	ids                        []uint32 // event ids that the category stands for
	texts                      bool     // lines of text and no event records
}

// channels are the logs behind the services of Windows, as the taxonomy appendix
// of the specification has them.
func channels() map[string][]string {
	return map[string][]string{
		"application":            {"Application"},
		"application-experience": {"Microsoft-Windows-Application-Experience/Program-Telemetry", "Microsoft-Windows-Application-Experience/Program-Compatibility-Assistant"},
		"applocker":              {"Microsoft-Windows-AppLocker/MSI and Script", "Microsoft-Windows-AppLocker/EXE and DLL", "Microsoft-Windows-AppLocker/Packaged app-Deployment", "Microsoft-Windows-AppLocker/Packaged app-Execution"},
		"appmodel-runtime":       {"Microsoft-Windows-AppModel-Runtime/Admin"},
		"appxdeployment-server":  {"Microsoft-Windows-AppXDeploymentServer/Operational"},
		"appxpackaging-om":       {"Microsoft-Windows-AppxPackaging/Operational"},
		"bitlocker":              {"Microsoft-Windows-BitLocker/BitLocker Management"},
		"bits-client":            {"Microsoft-Windows-Bits-Client/Operational"},
		"capi2":                  {"Microsoft-Windows-CAPI2/Operational"},
		"certificateservicesclient-lifecycle-system": {"Microsoft-Windows-CertificateServicesClient-Lifecycle-System/Operational"},
		"codeintegrity-operational":                  {"Microsoft-Windows-CodeIntegrity/Operational"},
		"dhcp":                                       {"Microsoft-Windows-DHCP-Server/Operational"},
		"diagnosis-scripted":                         {"Microsoft-Windows-Diagnosis-Scripted/Operational"},
		"dns-client":                                 {"Microsoft-Windows-DNS Client Events/Operational"},
		"dns-server":                                 {"DNS Server"},
		"dns-server-analytic":                        {"Microsoft-Windows-DNS-Server/Analytical"},
		"dns-server-audit":                           {"Microsoft-Windows-DNS-Server/Audit"},
		"driver-framework":                           {"Microsoft-Windows-DriverFrameworks-UserMode/Operational"},
		"firewall-as":                                {"Microsoft-Windows-Windows Firewall With Advanced Security/Firewall"},
		"hyper-v-worker":                             {"Microsoft-Windows-Hyper-V-Worker"},
		"kernel-event-tracing":                       {"Microsoft-Windows-Kernel-EventTracing"},
		"ldap":                                       {"Microsoft-Windows-LDAP-Client/Debug"},
		"lsa-server":                                 {"Microsoft-Windows-LSA/Operational"},
		"msexchange-management":                      {"MSExchange Management"},
		"ntfs":                                       {"Microsoft-Windows-Ntfs/Operational"},
		"ntlm":                                       {"Microsoft-Windows-NTLM/Operational"},
		"openssh":                                    {"OpenSSH/Operational"},
		"powershell":                                 {"Microsoft-Windows-PowerShell/Operational"},
		"powershell-classic":                         {"Windows PowerShell"},
		"printservice-admin":                         {"Microsoft-Windows-PrintService/Admin"},
		"printservice-operational":                   {"Microsoft-Windows-PrintService/Operational"},
		"security":                                   {"Security"},
		"security-mitigations":                       {"Microsoft-Windows-Security-Mitigations/Kernel Mode", "Microsoft-Windows-Security-Mitigations/User Mode"},
		"sense":                                      {"Microsoft-Windows-SENSE/Operational"},
		"servicebus-client":                          {"Microsoft-ServiceBus-Client/Operational", "Microsoft-ServiceBus-Client/Admin"},
		"shell-core":                                 {"Microsoft-Windows-Shell-Core/Operational"},
		"smbclient-security":                         {"Microsoft-Windows-SmbClient/Security"},
		"sysmon":                                     {"Microsoft-Windows-Sysmon/Operational"},
		"system":                                     {"System"},
		"taskscheduler":                              {"Microsoft-Windows-TaskScheduler/Operational"},
		"terminalservices-localsessionmanager":       {"Microsoft-Windows-TerminalServices-LocalSessionManager/Operational"},
		"vhdmp":                                      {"Microsoft-Windows-VHDMP/Operational"},
		"windefend":                                  {"Microsoft-Windows-Windows Defender/Operational"},
		"wmi":                                        {"Microsoft-Windows-WMI-Activity/Operational"},
	}
}

// kind is what a category of Windows stands for.
type kind struct {
	channels []string
	ids      []uint32
}

// categories are those of Windows that the taxonomy appendix ties to event ids.
func categories() map[string]kind {
	sysmon := func(ids ...uint32) kind { return kind{[]string{"Microsoft-Windows-Sysmon/Operational"}, ids} }
	classic := func(id uint32) kind { return kind{[]string{"Windows PowerShell"}, []uint32{id}} }
	core := func(id uint32) kind {
		return kind{[]string{"Microsoft-Windows-PowerShell/Operational", "PowerShellCore/Operational"}, []uint32{id}}
	}
	return map[string]kind{
		"process_creation": sysmon(1), "file_change": sysmon(2), "network_connection": sysmon(3), "sysmon_status": sysmon(4, 16),
		"process_termination": sysmon(5), "driver_load": sysmon(6), "image_load": sysmon(7), "create_remote_thread": sysmon(8),
		"raw_access_thread": sysmon(9), "process_access": sysmon(10), "file_event": sysmon(11), "registry_event": sysmon(12, 13, 14),
		"registry_add": sysmon(12), "registry_delete": sysmon(12), "registry_set": sysmon(13), "registry_rename": sysmon(14),
		"create_stream_hash": sysmon(15), "pipe_created": sysmon(17, 18), "wmi_event": sysmon(19, 20, 21), "dns_query": sysmon(22),
		"file_delete": sysmon(23), "clipboard_capture": sysmon(24), "process_tampering": sysmon(25), "file_delete_detected": sysmon(26),
		"file_block_executable": sysmon(27), "file_block_shredding": sysmon(28), "file_executable_detected": sysmon(29), "sysmon_error": sysmon(255),
		"ps_classic_start": classic(400), "ps_classic_provider_start": classic(600), "ps_classic_script": classic(800),
		"ps_module": core(4103), "ps_script": core(4104),
	}
}

// readLogsource reads what the rule is about. A service of Windows is the name of
// a log, which event records carry. Other sources are texts, which carry no name
// of their log: the rule looks at every text that it is given, and says so.
func (x *rule) readLogsource(n *yaml.Node) {
	var service, category *yaml.Node
	l := &x.logsource
	for _, p := range x.pairs(n, "logsource") {
		if p.value.Kind != yaml.ScalarNode || isNull(p.value) {
			if p.key.Value == "product" || p.key.Value == "category" || p.key.Value == "service" {
				x.refuse(p.value, "sigma.form", p.key.Value+" must be a text", "")
			}
			continue
		}
		switch p.key.Value {
		case "product":
			l.product = strings.ToLower(p.value.Value)
		case "category":
			l.category, category = strings.ToLower(p.value.Value), p.value
		case "service":
			l.service, service = strings.ToLower(p.value.Value), p.value
		case "definition":
			x.notes = append(x.notes, "log source: "+strings.TrimSpace(p.value.Value))
		default:
			x.flags = append(x.flags, fmt.Sprintf("the key %q of the log source says nothing to Sigma and is left out", p.key.Value))
		}
	}
	if l.product != "windows" {
		l.texts = l.product+l.category+l.service != ""
		if !l.texts && n.Kind == yaml.MappingNode {
			x.refuse(n, "sigma.logsource", "the log source names neither product nor category nor service", "")
		}
		return
	}
	if service != nil {
		names := channels()
		if l.channels = names[l.service]; l.channels == nil {
			x.refuse(service, "sigma.logsource", fmt.Sprintf("no log of Windows is known for the service %q", l.service), source.DidYouMean(l.service, keys(names)))
		}
	}
	if category != nil {
		known := categories()
		k, found := known[l.category]
		switch {
		case !found:
			x.refuse(category, "sigma.logsource", fmt.Sprintf("no event ids of Windows are known for the category %q", l.category), source.DidYouMean(l.category, keys(known)))
		case l.channels != nil:
			l.channels = slices.DeleteFunc(slices.Clone(l.channels), func(c string) bool { return !slices.Contains(k.channels, c) })
			l.ids = k.ids
			if len(l.channels) == 0 {
				x.refuse(category, "sigma.logsource", fmt.Sprintf("no record of the category %q is in the log of the service %q", l.category, l.service), "")
			}
		default:
			l.channels, l.ids = k.channels, k.ids
		}
	}
}

// tests is the log source as tests of a record.
func (l *logsource) tests() (list []*test) {
	if len(l.ids) > 0 {
		list = append(list, &test{field: fieldID, numbers: l.ids})
	}
	if len(l.channels) > 0 {
		t := &test{field: fieldLog}
		for _, c := range l.channels {
			t.patterns = append(t.patterns, literal(c))
		}
		list = append(list, t)
	}
	return list
}

// flags says what of the log source no fact tells.
func (l *logsource) flags() []string {
	if !l.texts {
		return nil
	}
	var names []string
	for _, s := range []string{l.product, l.category, l.service} {
		if s != "" {
			names = append(names, s)
		}
	}
	return []string{fmt.Sprintf("texts do not say that they are from the log source %s: every text counts", strings.Join(names, "/"))}
}

func keys[V any](m map[string]V) (list []string) {
	for k := range m {
		list = append(list, k)
	}
	slices.Sort(list)
	return list
}
