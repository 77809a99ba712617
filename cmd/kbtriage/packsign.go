package main

import (
	"bytes"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/kbtriage/kbtriage/internal/report"
	"github.com/kbtriage/kbtriage/internal/triage"
)

func newPackKey(w *world) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "key --out NAME",
		Short: "Make a key pair: NAME.key, which stays secret, and NAME.pub, which others trust",
		Long: `Make a key pair: NAME.key, which stays secret, and NAME.pub, which others trust. Both are in the form of minisign. With
--password-file the secret key is encrypted; without it whoever can read the file can sign.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			name, _ := cmd.Flags().GetString("out")
			if name == "" {
				return &triage.UsageError{Text: "pack key needs --out NAME"}
			}
			for _, ending := range []string{".key", ".pub"} {
				if fileExists(name + ending) {
					return &triage.UsageError{Text: name + ending + " is there already; a key is not replaced"}
				}
			}
			password, err := readPassword(w, cmd)
			if err != nil {
				return err
			}
			secret, public, err := triage.NewKeys(password)
			if err != nil {
				return &outputError{err}
			}
			write := func(data []byte) func(io.Writer) error {
				return func(to io.Writer) error {
					_, err := to.Write(data)
					return err
				}
			}
			if err := writeStream(cmd, name+".key", 0o600, write(secret)); err != nil {
				return err
			}
			if err := writeStream(cmd, name+".pub", 0o644, write(public)); err != nil {
				return err
			}
			lock := "not encrypted: keep it where nobody else reads it"
			if password != "" {
				lock = "encrypted"
			}
			return say(w, "%s.key: the secret key, %s\n%s.pub: the public key, for --trust\n", report.Clean(name), lock, report.Clean(name))
		},
	}
	cmd.Flags().String("out", "", "the begin of the names of both files")
	passwordFlag(cmd)
	return cmd
}

func newPackSign(w *world) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "sign PATH --key NAME.key",
		Short: "Sign a pack file, a folder by its manifest, or a revocation list",
		Long: `Sign the exact bytes of a pack file, of the manifest of a folder, or of a revocation list. The signature is written beside
it, with the ending .minisig; minisign can check it too.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			key, _ := cmd.Flags().GetString("key")
			if key == "" {
				return &triage.UsageError{Text: "pack sign needs --key NAME.key"}
			}
			password, err := readPassword(w, cmd)
			if err != nil {
				return err
			}
			s, err := triage.Sign(unshield(args)[0], key, password)
			if err != nil {
				return err
			}
			if err := writeFile(cmd, s.File, s.Signature); err != nil {
				return err
			}
			return say(w, "%s: signed with the key %s\n", report.Clean(s.File), s.Signer)
		},
	}
	cmd.Flags().String("key", "", "the file of the secret key")
	cmd.Flags().Bool("force", false, "replace a signature that is there")
	_ = cmd.MarkFlagFilename("key")
	passwordFlag(cmd)
	return cmd
}

func passwordFlag(cmd *cobra.Command) {
	cmd.Flags().String("password-file", "", "a file whose first line is the password of the secret key; - is standard input")
	_ = cmd.MarkFlagFilename("password-file")
}

// readPassword is the first line of the file that holds it, or "" where none is named.
func readPassword(w *world, cmd *cobra.Command) (string, error) {
	name, _ := cmd.Flags().GetString("password-file")
	if name == "" {
		return "", nil
	}
	in := w.in
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return "", &triage.UsageError{Text: "--password-file: " + plainPath(err)}
		}
		defer f.Close()
		in = f
	}
	data, err := io.ReadAll(io.LimitReader(in, 4<<10))
	line, _, _ := bytes.Cut(data, []byte("\n"))
	line = bytes.TrimSuffix(line, []byte("\r"))
	if err != nil || len(line) == 0 {
		return "", &triage.UsageError{Text: "--password-file " + name + ": its first line is empty, or it cannot be read"}
	}
	return string(line), nil
}
