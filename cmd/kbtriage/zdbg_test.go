package main
import ("testing";"os";"path/filepath";"testing/fstest";"os/exec";"fmt")
func TestZdbg(t *testing.T){
		p := plant(t, t.TempDir(), 0)
		tree := machineTree(t, "debian-healthy")
		for _, path := range p.files() {
			data, _ := os.ReadFile(path)
			tree["files/var/log/nginx/"+filepath.Base(path)+".log"] = &fstest.MapFile{Data: data}
		d:=t.TempDir()
		onMachine(t, tree, "collect", "--redact", "--out", d+"/x.tar.zst", "--set", "exchange.address=10.77.8.9")
		onMachine(t, tree, "diagnose", "--host", "--redact", "--save", d+"/l.json","--set", "exchange.address=10.77.8.9")
		program(t, "diagnose", d+"/x.tar.zst", "--save", d+"/b.json")
		o,_:=exec.Command("diff",d+"/l.json",d+"/b.json").CombinedOutput()
		fmt.Println(path, len(o)); if len(o)>1500 {o=o[:1500]}; fmt.Println(string(o))
		}
}
