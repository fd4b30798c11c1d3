#!/bin/sh
# Which lane does one request take?
# Exit 0: plan. 1: metered, or refused
# in words listed here. 2: anything else.
said=$(claude -p "say hello" "$@" --verbose \
  --output-format stream-json \
  </dev/null 2>&1) || true
case $said in
  *'"isUsingOverage":true'*) exit 1 ;;
  *'"overageInUse":true'*) exit 1 ;;
  *'"rateLimitType":"overage"'*) exit 1 ;;
  *"out of extra usage"*) exit 1 ;;
  *"out of usage credits"*) exit 1 ;;
  *"sage credits required"*) exit 1 ;;
  *"sage credits are required"*) exit 1 ;;
  *"xtra usage is required"*) exit 1 ;;
  *"from extra usage"*) exit 1 ;;
  *"from your extra usage"*) exit 1 ;;
  *'"status":"rejected"'*) exit 1 ;;
  *'"is_error":true'*) exit 2 ;;
  *'"isUsingOverage":false'*) exit 0 ;;
esac
exit 2
