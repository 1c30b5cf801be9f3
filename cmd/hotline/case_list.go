package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"hotline/store"
	"hotline/store/casework"
)

type caseList struct {
	Queue string `help:"Only the cases of this queue." placeholder:"Q"`
	JSON  bool   `name:"json" help:"Print a JSON array."`
}

// listedCase is a case in the output of --json. Only what the server knows can
// be in it.
type listedCase struct {
	ID            string           `json:"id"`
	Queue         casework.Queue   `json:"queue"`
	Category      string           `json:"category"`
	Channel       casework.Channel `json:"channel"`
	State         casework.State   `json:"state"`
	Outcome       casework.Outcome `json:"outcome,omitempty"`
	Received      casework.Day     `json:"received"`
	AcknowledgeBy casework.Day     `json:"acknowledge_by"`
	AnswerBy      casework.Day     `json:"answer_by"`
	Acknowledged  casework.Day     `json:"acknowledged,omitempty"`
	Closed        casework.Day     `json:"closed,omitempty"`
	Messages      int              `json:"messages"`
	Files         int              `json:"files"`
}

func listedCaseOf(c store.Case) listedCase {
	dates := casework.DatesFor(c.Received, c.Acknowledged, c.Closed)
	return listedCase{
		ID: c.ID, Queue: c.Queue, Category: c.Category, Channel: c.Channel, State: c.State, Outcome: c.Outcome,
		Received: c.Received, AcknowledgeBy: dates.Acknowledge, AnswerBy: dates.Answer,
		Acknowledged: c.Acknowledged, Closed: c.Closed, Messages: c.LastSeq, Files: c.Files,
	}
}

// Run lists the cases, oldest first.
func (cmd *caseList) Run(ctx context.Context, c *Config, con *console) error {
	filter := store.CaseFilter{Queue: casework.Queue(cmd.Queue)}
	if cmd.Queue != "" {
		if _, err := checkQueues([]string{cmd.Queue}); err != nil {
			return err
		}
	}
	st, err := openForReading(ctx, c)
	if err != nil {
		return err
	}
	defer st.Close()
	found, err := st.Cases(ctx, filter)
	if err != nil {
		return err
	}
	cases := make([]listedCase, 0, len(found)) // never null
	for _, c := range found {
		cases = append(cases, listedCaseOf(c))
	}
	if cmd.JSON {
		e := json.NewEncoder(con.out)
		e.SetIndent("", "  ")
		return e.Encode(cases)
	}
	if len(cases) == 0 {
		if cmd.Queue != "" {
			fmt.Fprintf(con.out, "No cases in the queue %s yet.\n", cmd.Queue)
		} else {
			fmt.Fprintln(con.out, "No cases yet.")
		}
		return nil
	}
	zone, err := c.zone()
	if err != nil {
		return err
	}
	return printCases(con.out, cases, casework.DayOf(time.Now().In(zone)))
}

func printCases(out io.Writer, cases []listedCase, today casework.Day) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "RECEIVED\tCASE\tQUEUE\tCATEGORY\tSTATE\tDUE\tMESSAGES\tFILES")
	for _, c := range cases {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%d\t%d\n", c.Received, c.ID, c.Queue, c.Category, c.State, c.due(today), c.Messages, c.Files)
	}
	return w.Flush()
}

// due is what is promised next, in words.
func (c listedCase) due(today casework.Day) string {
	what, by := "answer", c.AnswerBy
	switch {
	case c.Closed != "":
		return "-"
	case c.Acknowledged == "":
		what, by = "acknowledge", c.AcknowledgeBy
	}
	if by < today {
		return "late: " + what + " by " + string(by)
	}
	return what + " by " + string(by)
}
