package main

import (
	"io"

	"github.com/spf13/cobra"

	"github.com/kbtriage/kbtriage/rules/schema"
)

func newRulesSchema(w *world) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "schema",
		Short: "Print the JSON Schema of rule files, for editors",
		Long: `Print the JSON Schema of rule files. An editor with yaml-language-server completes keys, shows what they
mean and marks mistakes in a file whose first line is

  # yaml-language-server: $schema=rule.schema.json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := checkOutputs(cmd, "out"); err != nil {
				return err
			}
			return emit(w, cmd, func(out io.Writer) error {
				_, err := out.Write(schema.JSON)
				return err
			})
		},
	}
	cmd.Flags().String("out", "", "write the schema to this file, whole or not at all")
	cmd.Flags().Bool("force", false, "let --out replace a file")
	return cmd
}
