#!/bin/sh
# The lane of one request, as `claude -p` tells it: 0 plan, 1 metered (or refused there), 2 it did not say.
said=$(claude -p "say hello" --output-format stream-json --verbose 2>&1) || true
case $said in
  *'"isUsingOverage":true'* | *"out of extra usage"* | *"from your extra usage"*) exit 1 ;;
  *'"isUsingOverage":false'*) exit 0 ;;
esac
exit 2
