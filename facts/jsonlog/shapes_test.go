package jsonlog

import (
	"strings"
	"testing"
)

func TestShapes(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{
			"journalctl",
			`{"__CURSOR":"s=1;i=2","__REALTIME_TIMESTAMP":"1709792701123456","_HOSTNAME":"web1","PRIORITY":"3","SYSLOG_IDENTIFIER":"exampled","_COMM":"ex","_PID":"812","MESSAGE":"disk \"sda\" failed","MESSAGE_ID":"0123456789abcdef0123456789abcdef"}`,
			"time=2024-03-07T06:25:01.123456Z host=web1 source=exampled level=error | disk \"sda\" failed\n_COMM: ex\n_PID: 812\nMESSAGE_ID: 0123456789abcdef0123456789abcdef",
		},
		{
			"journalctl, message of bytes",
			`{"__REALTIME_TIMESTAMP":"1709792701000000","_SYSTEMD_UNIT":"a.service","MESSAGE":[104,105,255,10]}`,
			"time=2024-03-07T06:25:01Z source=a.service | hi\uFFFD",
		},
		{
			"journalctl, message null",
			`{"__REALTIME_TIMESTAMP":"1709792701000000","_COMM":"a","MESSAGE":null}`,
			"time=2024-03-07T06:25:01Z source=a | ",
		},
		{
			"journalctl, a field twice",
			`{"MESSAGE":["one","two"],"_COMM":"a","TAG":["x","y"]}`,
			"source=a | one\ntwo\nTAG: x, y",
		},
		{
			"winlogbeat",
			`{"@timestamp":"2024-03-07T06:25:01.123Z","event":{"code":"4625","provider":"Example-Audit","kind":"event"},"winlog":{"event_id":4625,"provider_name":"Example-Audit","channel":"Security","record_id":77,"computer_name":"dc1.corp.example","task":"Logon","keywords":["Audit Failure"],"event_data":{"Status":"0xc000006d","User":"jo"}},"host":{"name":"dc1"},"log":{"level":"information"},"message":"An account failed to log on.\n\nx"}`,
			"time=2024-03-07T06:25:01.123Z event=4625 number=77 host=dc1.corp.example source=Example-Audit log=Security category=Logon level=audit failure | An account failed to log on.\n\nx\nevent.code: 4625\nevent.provider: Example-Audit\nevent.kind: event\nwinlog.keywords: Audit Failure\nStatus: 0xc000006d\nUser: jo\nhost.name: dc1",
		},
		{
			"ECS with dotted names",
			`{"@timestamp":"2024-03-07T06:25:01.123+01:00","event.code":7,"event.provider":"Example","winlog.channel":"System","host.name":"h","log.level":"warn","message":"m"}`,
			"time=2024-03-07T06:25:01.123+01:00 event=7 host=h source=Example log=System level=warn | m",
		},
		{
			"code of another product is no event",
			`{"@timestamp":"2024-03-07T06:25:01Z","event":{"code":"106023"},"message":"m"}`,
			"time=2024-03-07T06:25:01Z | m\nevent.code: 106023",
		},
		{
			"evtx_dump",
			`{"Event":{"#attributes":{"xmlns":"http://x.example"},"System":{"Provider":{"#attributes":{"Name":"Example-Provider","Guid":"{1}"}},"EventID":{"#attributes":{"Qualifiers":49152},"#text":1001},"Version":0,"Level":2,"Keywords":"0x80000000000000","TimeCreated":{"#attributes":{"SystemTime":"2024-03-07T06:25:01.123456Z"}},"EventRecordID":12,"Channel":"Application","Computer":"pc1","Security":null},"EventData":{"Path":"C:\\x","Data":{"#text":["one","two"]}}}}`,
			"time=2024-03-07T06:25:01.123456Z event=1001 number=12 host=pc1 source=Example-Provider log=Application level=error | Path: C:\\x\none\ntwo\nProvider.Guid: {1}\nEventID.Qualifiers: 49152\nVersion: 0\nKeywords: 0x80000000000000",
		},
		{
			"evtx_dump without the outer name",
			`{"System":{"Provider":{"#attributes":{"Name":"P"}},"EventID":4624,"Level":0,"Keywords":"0x8020000000000000","Channel":"Security"},"EventData":{"LogonType":3}}`,
			"event=4624 source=P log=Security level=audit success | LogonType: 3\nKeywords: 0x8020000000000000",
		},
		{
			"evtx_dump, attributes apart, dotted",
			`{"Event.System":{"Provider_attributes":{"Name":"P"},"EventID":5,"Level":3},"Event.EventData":{"A":"1"}}`,
			"event=5 source=P level=warning | A: 1",
		},
		{
			"converted XML with pairs",
			`{"Event":{"System":{"Provider":{"@Name":"P"},"EventID":"5"},"EventData":{"Data":[{"@Name":"User","#text":"jo"},{"@Name":"Code","#text":"0x5"}]}}}`,
			"event=5 | User: jo\nCode: 0x5\nProvider.@Name: P",
		},
		{
			"Velociraptor",
			`{"System":{"Provider":{"Name":"P","Guid":"g"},"EventID":{"Value":7036},"Level":4,"TimeCreated":{"SystemTime":1709792701.5},"EventRecordID":9,"Channel":"System","Computer":"pc"},"EventData":{"param1":"x"},"Message":"m"}`,
			"time=2024-03-07T06:25:01.5Z event=7036 number=9 host=pc source=P log=System level=information | m\nparam1: x\nProvider.Guid: g",
		},
		{
			"EvtxECmd",
			`{"PayloadData1":"Target: x","MapDescription":"Logon","Computer":"pc","EventId":4624,"Level":"LogAlways","Provider":"P","Channel":"Security","EventRecordId":"5","RecordNumber":5,"TimeCreated":"2024-03-07T06:25:01.1234567+00:00","Payload":"{\"EventData\":1}"}`,
			"time=2024-03-07T06:25:01.1234567Z event=4624 number=5 host=pc source=P log=Security level=LogAlways | PayloadData1: Target: x\nMapDescription: Logon\nRecordNumber: 5\nPayload: {\"EventData\":1}",
		},
		{
			"Hayabusa",
			`{"Timestamp":"2024-03-07 06:25:01.123 +01:00","RuleTitle":"Rule","Level":"high","Computer":"pc","Channel":"Sec","EventID":4625,"RecordID":3,"Details":{"User":"jo"}}`,
			"time=2024-03-07T06:25:01.123+01:00 event=4625 number=3 host=pc log=Sec level=high | RuleTitle: Rule\nDetails.User: jo",
		},
		{
			"Chainsaw",
			`{"group":"g","name":"n","timestamp":"2024-03-07T06:25:01+00:00","document":{"kind":"evtx","data":{"Event":{"System":{"EventID":1102,"Provider_attributes":{"Name":"P"},"Channel":"Security"},"UserData":{"A":{"B":"c"}}}}}}`,
			"time=2024-03-07T06:25:01Z event=1102 source=P log=Security | group: g\nname: n\ndocument.kind: evtx\nUserData.A.B: c",
		},
		{
			"Get-WinEvent",
			`{"Id":4058,"Version":null,"Level":2,"ProviderName":"Example","LogName":"Application","MachineName":"mx1","TimeCreated":"\/Date(1709792701123)\/","RecordId":31,"LevelDisplayName":"Error","Message":"a\r\nb\r\n","Properties":[{"Value":"x"}],"Bookmark":{}}`,
			"time=2024-03-07T06:25:01.123Z event=4058 number=31 host=mx1 source=Example log=Application level=Error | a\r\nb\nLevel: 2\nProperties.Value: x",
		},
		{
			"Get-EventLog",
			`{"EventID":7,"MachineName":"mx1","Source":"Disk","EntryType":1,"Message":"bad block","TimeGenerated":"\/Date(1709792701000+0100)\/","InstanceId":3221487623}`,
			"time=2024-03-07T06:25:01Z event=7 host=mx1 source=Disk level=error | bad block\nInstanceId: 3221487623",
		},
		{
			"Docker",
			`{"log":"a line\n","stream":"stderr","time":"2024-03-07T06:25:01.123456789Z"}`,
			"time=2024-03-07T06:25:01.123456789Z | a line\nstream: stderr",
		},
		{
			"zap",
			`{"level":"error","ts":1709792701.1234567,"logger":"store","caller":"a/b.go:7","msg":"no space","error":"errno 28"}`,
			"time=2024-03-07T06:25:01.1234567Z source=store level=error | no space\ncaller: a/b.go:7\nerror: errno 28",
		},
		{
			"bunyan",
			`{"name":"api","hostname":"h1","pid":5,"level":50,"msg":"failed","time":"2024-03-07T06:25:01.000Z","v":0,"err":{"code":"EPIPE"}}`,
			"time=2024-03-07T06:25:01Z host=h1 source=api level=error | failed\npid: 5\nv: 0\nerr.code: EPIPE",
		},
		{
			"pino, milliseconds",
			`{"level":30,"time":1709792701123,"hostname":"h","msg":"up"}`,
			"time=2024-03-07T06:25:01.123Z host=h level=information | up",
		},
		{
			"GELF",
			`{"version":"1.1","host":"h","short_message":"s","full_message":"full","timestamp":1709792701.5,"level":4,"_unit":"u"}`,
			"time=2024-03-07T06:25:01.5Z host=h level=warning | full\nversion: 1.1\nshort_message: s\n_unit: u",
		},
		{
			"time without zone",
			`{"asctime":"2024-03-07 06:25:01,123","levelname":"INFO","message":"m"}`,
			"time=2024-03-07T06:25:01.123 level=INFO | m",
		},
		{
			"search result",
			`{"_index":"i","_source":{"@timestamp":"2024-03-07T06:25:01Z","message":"m"}}`,
			"time=2024-03-07T06:25:01Z | m\n_index: i",
		},
		{
			"the first of two with one name counts",
			`{"msg":"one","msg":"two","a":1,"a":2}`,
			"| one\nmsg: two\na: 1\na: 2",
		},
		{
			"what is no time stays",
			`{"time":"soon","msg":"m","ok":true,"no":null,"e":""}`,
			"| m\ntime: soon\nok: true",
		},
		{"nothing known", `{"a":{"b":[1,2],"c":[{"d":"e"}]}}`, "| a.b: 1, 2\na.c.d: e"},
		{"escapes", `{"msg":"\u00e4\ud83d\ude00\ud83d\/\q","k\u0065y":"\t"}`, "| ä😀\uFFFD/\\q\nkey: \t"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := readAll(t, strings.NewReader(tt.in+"\n"))
			if len(got.records) != 1 || len(got.problems) != 0 {
				t.Fatalf("%d records, problems %v", len(got.records), got.problems)
			}
			if got.records[0] != tt.want {
				t.Errorf("got  %q\nwant %q", got.records[0], tt.want)
			}
			if !Is([]byte(tt.in + "\n" + tt.in)) {
				t.Error("it is not recognised")
			}
		})
	}
}
